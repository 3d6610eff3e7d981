package io.bellwire.factor;

/** Why a write that takes a code was not made. Nothing was written. */
public enum FactorRefusal {
    /** The account has no confirmed factor, and needs one. */
    NOT_CONFIRMED,
    /** The account has a confirmed factor, and no code was given. */
    CODE_MISSING,
    /** The code is wrong, is too old or was used before. */
    CODE_WRONG,
    /** Too many codes in a row were wrong: the next may be tried after a time. */
    TOO_MANY_ATTEMPTS,
    /** There is no secret that waits for its confirmation. */
    NOTHING_TO_CONFIRM,
    /** The factor was changed by another request meanwhile. The code was not used. */
    CHANGED_MEANWHILE
}
