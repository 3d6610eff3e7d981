package io.bellwire.log;

/** Where the two databases differ. */
enum Dialect {
    H2("VARBINARY", "BIGINT", "INTEGER", "VARCHAR"),
    POSTGRESQL("BYTEA", "int8", "int4", "text");

    final String bytesType;
    final String longType;
    final String intType;
    final String textType;

    Dialect(String bytesType, String longType, String intType, String textType) {
        this.bytesType = bytesType;
        this.longType = longType;
        this.intType = intType;
        this.textType = textType;
    }

    /** Whether several processes may write at once, so that feeds are locked by their rows. */
    boolean isShared() {
        return this == POSTGRESQL;
    }
}
