package io.bellwire.order;

/** The limits of an order's fields, for tests outside of this package. */
public final class OrderSizes {
    public static final int RECIPE_LENGTH_MAX = OrderFields.RECIPE_LENGTH_MAX;
    public static final int VOLUME_LENGTH_MAX = OrderFields.VOLUME_LENGTH_MAX;
    public static final int REASON_LENGTH_MAX = OrderFields.REASON_LENGTH_MAX;

    private OrderSizes() {}
}
