package io.bellwire.device.net;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.OrderSnapshot;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** Parses the feed's JSON. Each method throws an {@link IOException} that says what is wrong with the JSON. */
final class FeedJson {
    private static final String ORDER_TYPES = "io.bellwire.order.";

    private FeedJson() {}

    static List<FeedChange> changes(byte[] body) throws IOException {
        return changes(RawJson.of(body));
    }

    static List<FeedChange> changes(RawJson array) throws IOException {
        List<FeedChange> changes = new ArrayList<>();
        for (RawJson change : array.elements()) {
            changes.add(change(change));
        }
        return changes;
    }

    static FetchResult.Snapshot snapshot(byte[] body) throws IOException {
        RawJson.Members snapshot = RawJson.of(body).members();
        List<OrderSnapshot> orders = new ArrayList<>();
        for (RawJson order : snapshot.get("orders").elements()) {
            orders.add(order(order));
        }
        RawJson next = snapshot.get("next");
        return new FetchResult.Snapshot(
                orders, cursor(snapshot.string("cursor")), next.isString() ? checkedLink(next.string()) : null);
    }

    static FetchResult.Reset reset(byte[] body) throws IOException {
        RawJson.Members problem = RawJson.of(body).members();
        RawJson earliest = problem.get("earliest");
        return new FetchResult.Reset(
                problem.get("reason").string(), earliest.isString() ? cursor(earliest.string()) : null);
    }

    /** The cursor that the server has as processed, in its answer to an acknowledgement. */
    static DeviceCursor processed(byte[] body) throws IOException {
        return cursor(RawJson.of(body).members().string("processed"));
    }

    static DeviceCursor cursor(String text) throws IOException {
        return DeviceCursor.parse(text)
                .orElseThrow(() -> new IOException("a cursor must be like EPOCH.REVISION.CHAIN"));
    }

    private static FeedChange change(RawJson json) throws IOException {
        RawJson.Members change = json.members();
        DeviceCursor cursor = cursor(change.string("id"));
        long revision = change.wholeNumber("revision");
        if (revision != cursor.revision()) {
            throw new IOException(
                    "change " + cursor + " has the revision " + revision + ", which is not that of its id");
        }
        String type = change.string("type");
        if (!type.startsWith(ORDER_TYPES)) {
            return new FeedChange(cursor, type, null, 0, json.text());
        }
        OrderSnapshot order = order(change.get("data"));
        return new FeedChange(cursor, type, order.id(), order.version(), json.text());
    }

    private static OrderSnapshot order(RawJson json) throws IOException {
        RawJson.Members order = json.members();
        long version = order.wholeNumber("version");
        if (!order.get("id").isString() || version < 1) {
            throw new IOException("an order has no id, or no version from 1");
        }
        return new OrderSnapshot(order.string("id"), version, json.text());
    }

    /** The link is requested with the device's secret, so it must not lead to another server. */
    private static String checkedLink(String link) throws IOException {
        try {
            if (link.startsWith("/v1/") && new URI(link).getRawAuthority() == null) {
                return link;
            }
        } catch (URISyntaxException malformed) {
            throw new IOException("the snapshot's next link is malformed", malformed);
        }
        throw new IOException("the snapshot's next link must begin with /v1/");
    }
}
