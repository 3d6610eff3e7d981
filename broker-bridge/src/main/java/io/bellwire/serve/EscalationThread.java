package io.bellwire.serve;

import io.bellwire.alert.Alerts;
import io.bellwire.escalation.EscalationLoop;
import io.bellwire.escalation.EscalationPorts;
import io.bellwire.escalation.Escalations;
import io.bellwire.feedapi.FeedApi;
import io.micrometer.core.instrument.MeterRegistry;

/** The escalation of feeds with problems, connected with the log and the calls of endpoints. Thread-safe. */
final class EscalationThread implements AutoCloseable {
    private final ThreadScheduler scheduler;
    private final EscalationLoop loop;

    private EscalationThread(ThreadScheduler scheduler, EscalationLoop loop) {
        this.scheduler = scheduler;
        this.loop = loop;
    }

    /**
     * Connects the parts, and withholds what was withheld when the server ended. To be called before anybody is served.
     * Blocks.
     */
    static EscalationThread open(
            FeedApi feed,
            EndpointCaller caller,
            Escalations rules,
            Alerts alerts,
            Clocks clocks,
            MeterRegistry meters) {
        ThreadScheduler scheduler = new ThreadScheduler("escalation", clocks.nanoTime());
        scheduler.bindTo(meters);
        EscalationPorts ports = EscalationPorts.of(
                feed.events(),
                feed.documents(),
                feed.lossDistances(),
                feed.webhooks(),
                alerts,
                feed.escalated(),
                caller::suspend);
        EscalationLoop loop = new EscalationLoop(ports, scheduler, meters);
        feed.addReadyCheck("escalation", loop::problem);
        loop.open(rules);
        return new EscalationThread(scheduler, loop);
    }

    /** Begins to look at feeds. */
    void start() {
        loop.start();
    }

    /** Uses these rules from the next look on. */
    void use(Escalations rules) {
        loop.use(rules);
    }

    @Override
    public void close() {
        loop.close();
        scheduler.close();
    }
}
