package io.bellwire.certify;

/**
 * A device that a case has registered for itself. Immutable.
 *
 * @param http calls with the device's secret
 */
record TestDevice(String id, String secret, HttpCaller http) {
    /** Where it is registered. */
    String path() {
        return "/v1/devices/" + id;
    }

    /** Its feed, from the beginning. */
    String feed() {
        return path() + "/feed";
    }

    /** Its feed after a cursor. */
    String feed(String cursor) {
        return feed() + "?cursor=" + cursor;
    }

    String acks() {
        return path() + "/acks";
    }

    String snapshot() {
        return path() + "/orders";
    }

    /** Its stream of signals. */
    String signals() {
        return path() + "/signals";
    }

    String topic() {
        return "bellwire/v1/devices/" + id + "/signal";
    }

    /** Says that it is done up to there. */
    HttpReply acknowledge(String cursor) throws Exception {
        return http.post(acks(), "{\"processed\":\"" + cursor + "\"}");
    }

    @Override
    public String toString() {
        return id;
    }
}
