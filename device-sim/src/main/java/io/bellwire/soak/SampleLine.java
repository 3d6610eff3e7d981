package io.bellwire.soak;

import java.io.PrintStream;
import java.util.Locale;

/** Prints each sample as one line, with a heading every {@value #LINES_PER_HEADING} lines. Not thread-safe. */
final class SampleLine {
    private static final int LINES_PER_HEADING = 20;

    private final PrintStream out;
    private final SoakPlan plan;
    private int lines;

    SampleLine(PrintStream out, SoakPlan plan) {
        this.out = out;
        this.plan = plan;
    }

    void print(Sample sample) {
        if (lines++ % LINES_PER_HEADING == 0) {
            out.println("            cpu    heap live  rss dir meta thr   fds tim  http mqtt sse  log+other MB  oldest"
                    + "  acked p50/p99  applied p50/p99 ms  failed    orders   applied");
        }
        out.printf(
                Locale.ROOT,
                "%7.2f min %4s%% %5s %4s %4s %3s %4s %3s %5s %3s %5s %4s %3s %6s + %-5s %5s s %6s / %-6s %7s / %-7s %5s %9s %9s  %s%n",
                sample.seconds() / 60,
                whole(sample, Figure.CPU),
                whole(sample, Figure.HEAP),
                whole(sample, Figure.LIVE_HEAP),
                whole(sample, Figure.RESIDENT),
                whole(sample, Figure.DIRECT),
                whole(sample, Figure.METASPACE),
                whole(sample, Figure.THREADS),
                whole(sample, Figure.DESCRIPTORS),
                whole(sample, Figure.TIMERS),
                whole(sample, Figure.HTTP_CONNECTIONS),
                whole(sample, Figure.MQTT_CONNECTIONS),
                whole(sample, Figure.STREAMS),
                tenth(sample, Figure.LOG_DISK),
                tenth(sample, Figure.OTHER_DISK),
                whole(sample, Figure.OLDEST_SEGMENT),
                tenth(sample, Figure.ACKNOWLEDGED_P50),
                tenth(sample, Figure.ACKNOWLEDGED_P99),
                tenth(sample, Figure.APPLIED_P50),
                tenth(sample, Figure.APPLIED_P99),
                whole(sample, Figure.FAILED_WRITES),
                whole(sample, Figure.ORDERS),
                whole(sample, Figure.APPLIED),
                plan.phases().get(sample.phase()).name());
        out.flush();
    }

    private static String whole(Sample sample, Figure figure) {
        return text("%.0f", sample, figure);
    }

    private static String tenth(Sample sample, Figure figure) {
        return text("%.1f", sample, figure);
    }

    private static String text(String format, Sample sample, Figure figure) {
        return sample.has(figure) ? String.format(Locale.ROOT, format, sample.of(figure)) : "-";
    }
}
