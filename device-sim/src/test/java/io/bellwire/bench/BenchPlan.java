package io.bellwire.bench;

/**
 * The sizes of the end-to-end measurements.
 *
 * @param rounds how often each figure is measured
 * @param devices devices that are connected while orders are placed
 * @param perSecond orders placed in a second
 * @param warmUpSeconds how long orders are placed at least before anything is measured; a JVM compiles its hot code for
 *     longer than one might expect
 * @param seconds length of a round
 * @param stepSeconds how long a rate is tried
 * @param rates how many rates are tried at most
 * @param returning devices that reconnect at once
 * @param missed changes that each of these has missed
 * @param idle devices that are connected and do nothing
 * @param idleSeconds how long they have been idle when memory is measured: an idle server gives memory back once a minute
 * @param settleSeconds how long a server needs to become idle
 * @param coldSeconds how long to wait until a server that has just started is fast
 */
record BenchPlan(
        int rounds,
        int devices,
        int perSecond,
        double warmUpSeconds,
        double seconds,
        double stepSeconds,
        int rates,
        int returning,
        int missed,
        int idle,
        double idleSeconds,
        double settleSeconds,
        double coldSeconds) {
    static final BenchPlan FULL = new BenchPlan(3, 1_000, 2_000, 30, 15, 5, 20, 5_000, 100, 10_000, 200, 8, 90);
    static final BenchPlan QUICK = new BenchPlan(1, 1_000, 2_000, 20, 10, 3, 12, 2_000, 50, 10_000, 200, 3, 40);
}
