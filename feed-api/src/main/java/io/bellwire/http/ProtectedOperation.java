package io.bellwire.http;

/** What operators may do only with a code of their second factor, if the server is told so. */
public enum ProtectedOperation {
    /** Make a new secret of an account that exists, register or change an operator, change another's second factor. */
    SECRETS,
    /** Disable a device, partner or operator, delete an endpoint of a partner. */
    DELETION
}
