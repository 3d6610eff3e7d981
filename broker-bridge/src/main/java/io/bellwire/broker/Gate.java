package io.bellwire.broker;

import io.moquette.broker.MoquetteSessions;

/** What all guards of one running broker share. Thread-safe. */
record Gate(
        BrokerOptions options,
        DeviceAuthenticator authenticator,
        Canaries canaries,
        Connections connections,
        MoquetteSessions moquette,
        BrokerMeters meters,
        QuietLog log) {}
