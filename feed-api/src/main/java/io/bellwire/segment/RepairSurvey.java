package io.bellwire.segment;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first reading of a damaged log, for a repair: which feeds there are, what they are called, and which of their
 * changes are left. Used by one thread.
 */
final class RepairSurvey implements SegmentReader.RecordVisitor, ItemVisitor {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, FeedId> names = new HashMap<>();
    private final Map<Integer, SurvivingRevisions> revisions = new HashMap<>();
    private final Map<Integer, byte[]> orderOfDevice = new HashMap<>();
    private int feedNumberMax;
    private @Nullable RecordHeader first;
    private RecordBody body = RecordBody.NONE;

    @Override
    public void record(RecordHeader header, long offset, ByteBuffer content) {
        if (first == null) {
            first = header;
        }
        body = new RecordBody(offset, content);
        body.read(this);
    }

    /** The header of the oldest whole record; null if there is none. */
    @Nullable RecordHeader first() {
        return first;
    }

    /** The highest number of a feed. */
    int feedNumberMax() {
        return feedNumberMax;
    }

    /** The name of the feed; null if the log no longer has it. */
    @Nullable FeedId name(int feedNumber) {
        return names.get(feedNumber);
    }

    /** The number of the feed of this name; 0 if there is none. */
    int feedNumber(FeedId name) {
        return names.entrySet().stream()
                .filter(feed -> feed.getValue().equals(name))
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    SurvivingRevisions revisions(int feedNumber) {
        return revisions.computeIfAbsent(feedNumber, absent -> new SurvivingRevisions());
    }

    private void noteNumber(int feedNumber) {
        feedNumberMax = Math.max(feedNumberMax, feedNumber);
    }

    @Override
    public void feed(int feedNumber, FeedId id) {
        noteNumber(feedNumber);
        names.put(feedNumber, id);
    }

    @Override
    public void event(EventItem item) {
        int device = item.deviceFeedNumber();
        noteNumber(device);
        if (device > 0 && !names.containsKey(device)) { // the record that has named the feed may be lost
            orderOfDevice.put(device, body.event(item).event().json().data());
        }
    }

    /** Names the feeds of devices whose names are lost by their orders. To be called after the last record. */
    void nameDevicesByOrders() {
        orderOfDevice.forEach((feedNumber, order) -> {
            String device = deviceOf(order);
            if (DeviceId.isValid(device)) {
                names.putIfAbsent(feedNumber, FeedId.ofDevice(new DeviceId(device)));
            }
        });
    }

    private static String deviceOf(byte[] order) {
        try {
            return JSON.readTree(order).path("device_id").asText();
        } catch (IOException e) {
            return ""; // an event whose data is no order
        }
    }

    @Override
    public void entry(int feedNumber, Position position, boolean isCopy) {
        noteNumber(feedNumber);
        revisions(feedNumber).add(position.revision().value());
    }
}
