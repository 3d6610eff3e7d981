package io.bellwire.webhook;

/** Who has changed an endpoint. */
public enum ChangedBy {
    /** The partner itself. */
    PARTNER("the partner"),
    /** An operator of this server. */
    OPERATOR("an operator"),
    /** The server by itself. */
    SERVER("the server");

    private final String text;

    ChangedBy(String text) {
        this.text = text;
    }

    /** In a sentence. */
    public String text() {
        return text;
    }
}
