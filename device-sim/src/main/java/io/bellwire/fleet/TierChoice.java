package io.bellwire.fleet;

/** How much the signals carry, as the routes file of the fleet's own server says. */
public enum TierChoice {
    /** Only that the feed has moved, as from a server without a routes file. */
    SIGNAL,
    /** Which changes have been appended. */
    EVENT,
    /** The changes themselves. */
    FULL,
    /** By the last digit of the order's number: four in ten full, three event, three signal. */
    MIX;

    private static final int DIGITS = 10;
    private static final int FULL_BELOW = 4;
    private static final int EVENT_BELOW = 7;

    /** The content of the routes file. */
    public String routes() {
        StringBuilder yaml = new StringBuilder("routes:\n");
        if (this != MIX) {
            return yaml.append(route(label(), "", label())).toString();
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            String tier = digit < FULL_BELOW ? "full" : digit < EVENT_BELOW ? "event" : "signal";
            String match = "      attributes: {data.number: \"*" + digit + "\"}\n";
            yaml.append(route(tier + "-" + digit, match, tier));
        }
        return yaml.toString();
    }

    private String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String route(String name, String match, String tier) {
        return "  - name: " + name + "\n"
                + "    match:\n      type: io.bellwire.order.*\n" + match
                + "    ring:\n      topic: bellwire/v1/devices/{device_id}/signal\n      tier: " + tier + "\n";
    }
}
