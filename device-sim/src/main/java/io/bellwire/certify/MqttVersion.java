package io.bellwire.certify;

/** The two that a server must speak. */
enum MqttVersion {
    V3("MQTT 3.1.1", 4),
    V5("MQTT 5", 5);

    private final String text;
    private final int level;

    MqttVersion(String text, int level) {
        this.text = text;
        this.level = level;
    }

    /** As CONNECT says it. */
    int level() {
        return level;
    }

    @Override
    public String toString() {
        return text;
    }
}
