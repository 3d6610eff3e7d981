package io.bellwire.certify;

/**
 * A device that a case has registered for itself. Immutable.
 *
 * @param http calls with the device's secret
 */
record TestDevice(String id, String secret, HttpCaller http) {
    /** The device's resource. */
    String path() {
        return "/v1/devices/" + id;
    }

    /** The device's feed, from the beginning. */
    String feed() {
        return path() + "/feed";
    }

    /** The device's feed after a cursor. */
    String feed(String cursor) {
        return feed() + "?cursor=" + cursor;
    }

    String acks() {
        return path() + "/acks";
    }

    String snapshot() {
        return path() + "/orders";
    }

    /** The device's stream of signals. */
    String signals() {
        return path() + "/signals";
    }

    String topic() {
        return "bellwire/v1/devices/" + id + "/signal";
    }

    /** Acknowledges all changes up to the cursor. */
    HttpReply acknowledge(String cursor) throws Exception {
        return http.post(acks(), "{\"processed\":\"" + cursor + "\"}");
    }

    @Override
    public String toString() {
        return id;
    }
}
