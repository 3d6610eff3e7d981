package io.bellwire.certify;

/**
 * A partner that a case has registered for itself. Immutable.
 *
 * @param http calls with the partner's token
 */
record TestPartner(String id, HttpCaller http) {
    /** The partner's resource. */
    String path() {
        return "/v1/partners/" + id;
    }

    String secondFactor() {
        return path() + "/second-factor";
    }

    String endpoints() {
        return path() + "/endpoints";
    }

    String endpoint(String name) {
        return endpoints() + "/" + name;
    }

    @Override
    public String toString() {
        return id;
    }
}
