package io.bellwire.log;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a feed: {@code devices/{id}}, {@code partners/{id}}, {@code operations}, {@code audit} or {@code orders};
 * {@code partners/{id}/created} and {@code orders/created} for only the creations; {@code {kind}/{id}} for a group of
 * devices. {@code operators/{id}} is always empty, and names an operator. Immutable.
 */
public record FeedId(String path) {
    private static final String ID = "[A-Za-z0-9_-]{1,64}";
    private static final Pattern KIND = Pattern.compile("[A-Za-z0-9_-]{1,31}");
    private static final Pattern FORM = Pattern.compile("orders(/created)?|operations|audit|(devices|operators)/" + ID
            + "|partners/" + ID + "(/created)?|(?!(orders|devices|partners|operators|operations|audit|groups)/)" + KIND
            + "/" + ID);

    private static final Set<String> NO_GROUPS =
            Set.of("orders", "devices", "partners", "operators", "operations", "audit", "groups");

    /** Kinds that no group has, because their names have another meaning. */
    public static final Set<String> RESERVED_KINDS =
            Set.of("orders", "devices", "partners", "operators", "operations", "audit", "groups", "all");

    /** All changes of all orders. */
    public static final FeedId ORDERS = new FeedId("orders");

    /** Only the creations of all orders. */
    public static final FeedId ORDERS_CREATED = new FeedId("orders/created");

    /** Which devices connect and disconnect. */
    public static final FeedId OPERATIONS = new FeedId("operations");

    /** What operators and partners have changed. */
    public static final FeedId AUDIT = new FeedId("audit");

    /** The group of all enabled devices. */
    public static final FeedId ALL_DEVICES = new FeedId("all/devices");

    private static final String DEVICES = "devices/";
    private static final String PARTNERS = "partners/";
    private static final String OPERATORS = "operators/";

    public FeedId {
        boolean isDevices = path.startsWith(DEVICES) && DeviceId.isValid(path.substring(DEVICES.length()));
        if (!isDevices && !FORM.matcher(path).matches()) { // nearly all are, and are spared the regular expression
            throw new IllegalArgumentException(
                    "feed must be orders, operations, audit, devices/{id}, partners/{id}, operators/{id} or a group, is "
                            + path);
        }
    }

    public static FeedId ofDevice(DeviceId device) {
        return new FeedId(DEVICES + device.value());
    }

    public static FeedId ofPartner(String partnerId) {
        return new FeedId(PARTNERS + partnerId);
    }

    public static FeedId ofOperator(String operator) {
        return new FeedId(OPERATORS + operator);
    }

    /** The creations of the partner's orders. */
    public static FeedId ofPartnerCreated(String partnerId) {
        return new FeedId(PARTNERS + partnerId + "/created");
    }

    /** Whether a group may have this kind: 1 to 31 characters of {@code A-Z a-z 0-9 _ -}, not reserved. */
    public static boolean isGroupKind(String kind) {
        return KIND.matcher(kind).matches() && !RESERVED_KINDS.contains(kind);
    }

    /** The feed of a group; {@link IllegalArgumentException} if there can be no such group. */
    public static FeedId ofGroup(String kind, String id) {
        return new FeedId(kind + "/" + id);
    }

    /** Whether this is the feed of a group, {@link #ALL_DEVICES} included. */
    public boolean isGroup() {
        if (path.startsWith(DEVICES)) {
            return false; // nearly all are, and this is asked of every feed that grows
        }
        int slash = path.indexOf('/');
        return slash > 0 && !NO_GROUPS.contains(path.substring(0, slash));
    }

    /** The partner whose feed this is, or empty for any other feed. */
    public Optional<String> partner() {
        boolean isPartners = path.startsWith(PARTNERS) && path.indexOf('/', PARTNERS.length()) < 0;
        return isPartners ? Optional.of(path.substring(PARTNERS.length())) : Optional.empty();
    }

    /** The operator that this names, or empty for any other feed. */
    public Optional<String> operator() {
        return path.startsWith(OPERATORS) ? Optional.of(path.substring(OPERATORS.length())) : Optional.empty();
    }

    /** The device whose feed this is, or empty for any other feed. */
    public Optional<DeviceId> device() {
        return path.startsWith(DEVICES)
                ? Optional.of(new DeviceId(path.substring(DEVICES.length())))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return path;
    }
}
