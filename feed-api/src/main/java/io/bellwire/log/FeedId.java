package io.bellwire.log;

import io.bellwire.registry.DeviceId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a feed: {@code devices/{id}}, {@code partners/{id}} or {@code orders}, and for the creations alone
 * {@code partners/{id}/created} and {@code orders/created}. Immutable.
 */
public record FeedId(String path) {
    private static final Pattern FORM =
            Pattern.compile("orders(/created)?|devices/[A-Za-z0-9_-]{1,64}|partners/[A-Za-z0-9_-]{1,64}(/created)?");

    /** All changes of all orders together. */
    public static final FeedId ORDERS = new FeedId("orders");

    /** Of these the creations alone. */
    public static final FeedId ORDERS_CREATED = new FeedId("orders/created");

    private static final String DEVICES = "devices/";
    private static final String PARTNERS = "partners/";

    public FeedId {
        if (!FORM.matcher(path).matches()) {
            throw new IllegalArgumentException("feed must be orders, devices/{id} or partners/{id}, is " + path);
        }
    }

    public static FeedId ofDevice(DeviceId device) {
        return new FeedId(DEVICES + device.value());
    }

    public static FeedId ofPartner(String partnerId) {
        return new FeedId(PARTNERS + partnerId);
    }

    /** The creations of the partner's orders. */
    public static FeedId ofPartnerCreated(String partnerId) {
        return new FeedId(PARTNERS + partnerId + "/created");
    }

    /** The partner whose feed this is, or empty for any other feed. */
    public Optional<String> partner() {
        boolean isPartners = path.startsWith(PARTNERS) && path.indexOf('/', PARTNERS.length()) < 0;
        return isPartners ? Optional.of(path.substring(PARTNERS.length())) : Optional.empty();
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
