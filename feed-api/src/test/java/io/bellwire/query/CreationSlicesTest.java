package io.bellwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreationSlicesTest {
    private final Random random = new Random(4);

    /** Times in any order that moves forwards in the long run, as commits and scans have them. */
    private long time(int i, int spread) {
        return (long) i / 2 + random.nextInt(spread);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 3_000, 200_000})
    void whateverTheOrderOfTheirTimesASliceIsBeforeTheNextOne(int spread) {
        CreationSlices slices = new CreationSlices(List.of(), 0, 0);
        TreeMap<Long, List<Long>> placed = new TreeMap<>();
        for (int i = 0; i < 60_000; i++) {
            long time = time(i, spread);
            placed.computeIfAbsent(slices.sliceOf(time), slice -> new ArrayList<>())
                    .add(time);
        }

        long lastOfAll = -1;
        for (Map.Entry<Long, List<Long>> slice : placed.entrySet()) {
            assertTrue(slice.getValue().stream().allMatch(time -> time >= slice.getKey()));
            long earlier = lastOfAll;
            assertTrue(slice.getValue().stream().allMatch(time -> time > earlier));
            lastOfAll =
                    slice.getValue().stream().mapToLong(Long::longValue).max().orElseThrow();
        }
        assertEquals(new ArrayList<>(placed.keySet()), slices.takeNewSlices());
        assertEquals(List.of(), slices.takeNewSlices());
    }

    @Test
    void newestSliceGoesOnAfterAStart() {
        CreationSlices first = new CreationSlices(List.of(), 0, 0);
        for (int i = 0; i < CreationSlices.ORDERS_MIN - 1; i++) {
            assertEquals(0, first.sliceOf(1_000 + i));
        }

        CreationSlices again = new CreationSlices(
                first.takeNewSlices(), 1_000 + CreationSlices.ORDERS_MIN - 2, CreationSlices.ORDERS_MIN - 1);

        assertEquals(0, again.sliceOf(9_000), "the slice has room for one more order");
        assertEquals(0, again.sliceOf(9_000), "the same time is in the same slice");
        assertEquals(9_001, again.sliceOf(9_001));
        assertEquals(0, again.sliceOf(-5), "an order that is earlier than all slices is in the oldest");
        assertEquals(List.of(9_001L), again.takeNewSlices());
    }
}
