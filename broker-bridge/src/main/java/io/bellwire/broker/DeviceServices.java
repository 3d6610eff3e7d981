package io.bellwire.broker;

import io.bellwire.admission.FailedLogins;
import io.bellwire.tls.Transport;
import org.jspecify.annotations.Nullable;

/**
 * What the program around the broker does for it.
 *
 * @param authenticator checks secrets
 * @param failedLogins how long clients have to wait because logins have failed, shared with other protocols
 * @param topics decides which topics a device may subscribe to
 * @param sessions is notified when devices connect, subscribe and disconnect
 * @param fetch reads feeds for devices that ask over MQTT; null if devices may not, whatever the options say
 * @param transport whether connections have TLS, and which proxies stand before the ports
 */
public record DeviceServices(
        DeviceAuthenticator authenticator,
        FailedLogins failedLogins,
        DeviceTopics topics,
        SessionListener sessions,
        @Nullable FetchHandler fetch,
        Transport transport) {
    /** Plain text, from clients themselves. */
    public DeviceServices(
            DeviceAuthenticator authenticator,
            FailedLogins failedLogins,
            DeviceTopics topics,
            SessionListener sessions,
            @Nullable FetchHandler fetch) {
        this(authenticator, failedLogins, topics, sessions, fetch, Transport.PLAIN);
    }
}
