package io.bellwire.alert;

import io.bellwire.outbound.OutboundClient;
import io.bellwire.runtime.Scheduler;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts that wait in bounded queues, one for mail and one for the pager, until they are sent. Thread-safe. */
public final class QueuedAlerts implements Alerts, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QueuedAlerts.class);

    /** Alerts that wait, for each way. */
    static final int WAITING_MAX = 1_000;

    /** Recipients whose alerts within the last hour are remembered. */
    static final int RECIPIENTS_MAX = 10_000;

    private static final Duration CLOSING_TIME = Duration.ofSeconds(3);
    private static final long NOWHERE_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final AlertOptions options;
    private final AlertMeters meters;
    private final Stopwatch elapsed;
    private final Optional<AlertLoop> mail;
    private final Optional<AlertLoop> pager;
    private long nowhere;
    private long nowhereLoggedMillis = -NOWHERE_MILLIS;

    /**
     * What alerts need besides their options.
     *
     * @param client calls the pager
     * @param scheduler cuts connections to the mail server that last too long
     * @param nanoTime as {@link System#nanoTime}
     * @param wallMillis milliseconds since 1970
     */
    public record Surroundings(
            OutboundClient client,
            Scheduler scheduler,
            LongSupplier nanoTime,
            LongSupplier wallMillis,
            SecureRandom random,
            MeterRegistry meters) {}

    private QueuedAlerts(AlertOptions options, Surroundings surroundings) {
        this.options = options;
        this.meters = new AlertMeters(surroundings.meters());
        this.elapsed = new Stopwatch(surroundings.nanoTime());
        LongSupplier wallMillis = surroundings.wallMillis();
        Optional<MailSender> sender =
                options.mail().map(server -> new MailSender(server, surroundings.scheduler(), surroundings.random()));
        this.mail = sender.map(transport -> loop(AlertWay.MAIL, transport, wallMillis));
        this.pager = options.pager()
                .map(found -> loop(AlertWay.PAGER, new Pager(found, surroundings.client(), wallMillis), wallMillis));
    }

    /** Starts to send. Throws {@link IllegalArgumentException} of one line if an option is wrong. */
    public static QueuedAlerts start(AlertOptions options, Surroundings surroundings) {
        return new QueuedAlerts(options, surroundings);
    }

    private AlertLoop loop(AlertWay way, AlertTransport transport, LongSupplier wallMillis) {
        return new AlertLoop(
                way,
                new AlertQueue(WAITING_MAX, options.pauses(), new RecipientLimits(options.perHour(), RECIPIENTS_MAX)),
                transport,
                meters,
                elapsed,
                wallMillis,
                CLOSING_TIME);
    }

    @Override
    public void mail(List<String> recipients, Alert alert) {
        for (String recipient : new LinkedHashSet<>(recipients)) {
            mail.ifPresentOrElse(loop -> loop.add(recipient, alert), this::countNowhere);
        }
    }

    @Override
    public void mailOperators(Alert alert) {
        mail(options.operators(), alert);
    }

    @Override
    public void page(Alert alert) {
        pager.ifPresent(loop -> loop.add(Pager.RECIPIENT, alert));
    }

    private synchronized void countNowhere() {
        meters.dropped(AlertWay.MAIL, "no-server");
        nowhere++;
        if (elapsed.millis() - nowhereLoggedMillis >= NOWHERE_MILLIS) {
            nowhereLoggedMillis = elapsed.millis();
            log.warn("{} mails went nowhere, because there is no --smtp-url", nowhere);
            nowhere = 0;
        }
    }

    /** Sends what is due, for a few seconds at most. */
    @Override
    public void close() {
        mail.ifPresent(AlertLoop::close);
        pager.ifPresent(AlertLoop::close);
    }
}
