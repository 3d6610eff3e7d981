package io.bellwire.certify;

/** The versions of MQTT that a server must speak. */
enum MqttVersion {
    V3("MQTT 3.1.1", 4),
    V5("MQTT 5", 5);

    private final String text;
    private final int level;

    MqttVersion(String text, int level) {
        this.text = text;
        this.level = level;
    }

    /** The protocol level in CONNECT. */
    int level() {
        return level;
    }

    @Override
    public String toString() {
        return text;
    }
}
