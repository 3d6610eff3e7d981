package io.bellwire.bench;

/**
 * How much is measured of the whole way.
 *
 * @param rounds how often each figure is taken
 * @param devices connected while orders come
 * @param perSecond orders that come in a second
 * @param warmUpSeconds for which they come at least before anything is measured; a server compiles what it runs for longer
 *     than it might seem
 * @param seconds for which a round lasts
 * @param stepSeconds for which a rate is tried
 * @param rates how many rates are tried at most
 * @param returning devices that come back at once
 * @param missed changes that each of these has missed
 * @param idle devices that only listen
 * @param idleSeconds for which they have been idle when they are weighed: a server that has nothing to do gives memory back once a minute
 * @param settleSeconds after which a server has calmed down
 * @param coldSeconds after which a server that has just started is given up
 */
record Plan(
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
    static final Plan FULL = new Plan(3, 1_000, 2_000, 30, 15, 5, 20, 5_000, 100, 10_000, 200, 8, 90);
    static final Plan QUICK = new Plan(1, 1_000, 2_000, 20, 10, 3, 12, 2_000, 50, 10_000, 200, 3, 40);
}
