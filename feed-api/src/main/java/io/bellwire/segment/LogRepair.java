package io.bellwire.segment;

import io.bellwire.log.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Saves what can be saved of a damaged log: copies every whole record, those after the damage too, into a new log with
 * a new epoch, and lists what is lost. Does not change the damaged log.
 *
 * <ol>
 *   <li>{@link SalvageReader} finds the whole records, and says which are lost.
 *   <li>{@link RepairSurvey} reads them and notes which changes each feed has left.
 *   <li>{@link RepairWriter} reads them again and writes them into the new log.
 * </ol>
 *
 * <p>An order whose newest change is lost is as it was before that change.
 */
public final class LogRepair {
    private static final long INDEX_BYTES_MAX = 1 << 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private LogRepair() {}

    /**
     * What was done.
     *
     * @param lost one line for each thing that is lost; empty if nothing is
     */
    public record Report(int segments, long records, long changes, List<String> lost) {
        public Report {
            lost = List.copyOf(lost);
        }
    }

    /**
     * Repairs the log in {@code damaged}, which nobody writes, into {@code repaired}, an empty folder. The new log is
     * durable when this returns; if it throws, what is in the folder is of no use.
     *
     * @param segmentBytes the size at which a segment of the new log is sealed
     * @throws DamagedLogException if there is no whole record
     * @throws UncheckedIOException if a folder cannot be read or written at all
     */
    public static Report run(LogFolder damaged, LogFolder repaired, long segmentBytes, RandomGenerator random) {
        try {
            List<String> lost = new ArrayList<>();
            RepairSurvey survey = new RepairSurvey();
            int segments = SalvageReader.read(damaged, survey, line -> {});
            survey.nameDevicesByOrders();
            RecordHeader first = survey.first();
            if (first == null) {
                throw new DamagedLogException("no file in " + damaged.name() + " has a whole record of a log");
            }
            // each record gets about the age that it had, so that retention goes on as if nothing had happened
            long[] ageMillis = {0};
            LogOpening.Opened opened = new LogOpening(repaired, INDEX_BYTES_MAX, random).open();
            SegmentLog log = new SegmentLog(
                    repaired,
                    segmentBytes,
                    random,
                    () -> ageMillis[0] * NANOS_PER_MILLI,
                    first.atMillis() - first.ageMillis(),
                    Runnable::run,
                    opened);
            Epoch epoch = Epoch.draw(random);
            log.append(first.atMillis() - first.ageMillis(), false, to -> to.epoch(epoch));
            RepairWriter writer = new RepairWriter(survey, log, lost::add);
            writer.writeFeeds(first.atMillis() - first.ageMillis());
            long[] last = {0, 0};
            SalvageReader.read(
                    damaged,
                    (header, offset, body) -> {
                        ageMillis[0] = header.ageMillis();
                        last[0] = header.atMillis();
                        last[1]++;
                        writer.record(header, offset, body);
                    },
                    lost::add);
            writer.writeEnd(last[0], epoch);
            log.close();
            return new Report(segments, last[1], writer.changes(), lost);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the log in " + damaged.name() + " cannot be repaired: " + e.getMessage(), e);
        }
    }
}
