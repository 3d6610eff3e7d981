package io.bellwire.certify;

/**
 * The content of a CONNECT packet. Immutable.
 *
 * @param hasWill whether it has a last will on the device's own topic
 * @param isPersistent whether its session outlives the connection
 */
record ConnectOptions(String clientId, String user, String secret, boolean hasWill, boolean isPersistent) {
    private static final int CLEAN = 0x02;
    private static final int WILL = 0x04;
    private static final int USER_AND_PASSWORD = 0xC0;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int SESSION_EXPIRY = 0x11;

    /** The CONNECT that the protocol requires. */
    static ConnectOptions of(TestDevice device) {
        return new ConnectOptions(device.id(), device.id(), device.secret(), false, false);
    }

    ConnectOptions withSecret(String other) {
        return new ConnectOptions(clientId, user, other, hasWill, isPersistent);
    }

    ConnectOptions withClientId(String other) {
        return new ConnectOptions(other, user, secret, hasWill, isPersistent);
    }

    ConnectOptions withWill() {
        return new ConnectOptions(clientId, user, secret, true, isPersistent);
    }

    ConnectOptions persistent() {
        return new ConnectOptions(clientId, user, secret, hasWill, true);
    }

    /** The packet's bytes. */
    byte[] bytes(MqttVersion version) {
        boolean isV5 = version == MqttVersion.V5;
        boolean isClean = isV5 || !isPersistent;
        int flags = USER_AND_PASSWORD | (hasWill ? WILL : 0) | (isClean ? CLEAN : 0);
        MqttBytes body =
                new MqttBytes().text("MQTT").octet(version.level()).octet(flags).number(KEEP_ALIVE_SECONDS);
        if (isV5) {
            if (isPersistent) {
                body.octet(5).octet(SESSION_EXPIRY).number(0).number(3_600);
            } else {
                body.octet(0);
            }
        }
        body.text(clientId);
        if (hasWill) {
            if (isV5) {
                body.octet(0);
            }
            body.text("bellwire/v1/devices/" + user + "/signal").text("gone");
        }
        return body.text(user).text(secret).packet(0x10);
    }
}
