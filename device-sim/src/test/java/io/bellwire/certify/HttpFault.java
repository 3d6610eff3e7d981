package io.bellwire.certify;

/**
 * One way to break one rule over HTTP.
 *
 * @param id the case that must fail
 * @param failure a part of the message that the case must fail with, so that it fails for this reason and no other
 */
record HttpFault(String id, String what, String failure, Distortion distortion) {
    @Override
    public String toString() {
        return id + ": " + what;
    }
}
