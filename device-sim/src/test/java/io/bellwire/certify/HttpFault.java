package io.bellwire.certify;

/**
 * One way to break one rule over HTTP.
 *
 * @param id the case that must notice
 * @param complaint what it must say, in part: so that it fails for this and not for something else
 */
record HttpFault(String id, String what, String complaint, Distortion distortion) {
    @Override
    public String toString() {
        return id + ": " + what;
    }
}
