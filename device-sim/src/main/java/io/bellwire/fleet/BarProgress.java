package io.bellwire.fleet;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar for a terminal. Not thread-safe. */
public final class BarProgress implements Progress {
    private static final int COLUMNS = 110;
    private static final int REFRESH_MILLIS = 200;

    private final PrintStream out;
    private @Nullable ProgressBar bar;

    public BarProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(Now now) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName("applied")
                    .setInitialMax(now.orders())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(out, COLUMNS))
                    .hideEta()
                    .build();
            bar = shown;
        }
        shown.stepTo(now.applied());
        shown.setExtraMessage(
                now.phase() + ", connected " + now.connected() + "/" + now.devices() + ", behind " + now.behind());
    }

    @Override
    public void showMessage(String line) {
        // the bar's own message shows what goes on
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
