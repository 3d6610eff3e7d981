package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.admission.RateByKey;
import io.bellwire.admission.TokenBucket;
import io.bellwire.audit.AuditEntry;
import io.bellwire.command.CommandResult;
import io.bellwire.log.EventLog;
import io.bellwire.log.Write;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Records calls in the audit feed: who, from which address, which route, which ids; never a body, a header or a query.
 * Changes are recorded with their writes; refused attempts of operators by themselves, at a limited rate. Thread-safe.
 */
final class AuditedCalls {
    /** An id may be anything in a call that is refused. */
    private static final int ID_LENGTH_MAX = 64;

    private static final TokenBucket REFUSALS_PER_OPERATOR = new TokenBucket(1, 10);
    private static final int OPERATORS_MAX = 1_000;

    private final EventLog events;
    private final RateByKey<String> refusals;
    private final Counter recorded;
    private final Counter leftOut;
    private final RateLimitedLog log;

    AuditedCalls(EventLog events, MeterRegistry meters) {
        this.events = events;
        Stopwatch elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.refusals = new RateByKey<>(REFUSALS_PER_OPERATOR, OPERATORS_MAX, elapsed);
        this.recorded = refusals(meters, "true");
        this.leftOut = refusals(meters, "false");
        this.log = new RateLimitedLog(LoggerFactory.getLogger(AuditedCalls.class), elapsed);
    }

    private static Counter refusals(MeterRegistry meters, String isRecorded) {
        return Counter.builder("bellwire.audit.refusals")
                .description("Calls of operators that were refused for their role")
                .tag("recorded", isRecorded)
                .register(meters);
    }

    /** The record of a change that the call asks for. */
    static AuditEntry entry(ApiCall call) {
        return AuditEntry.of(
                AuditEntry.CHANGED,
                call.caller().name(),
                data(call.route(), call.parameters(), call.head().address(), "done"));
    }

    /** The write with its record; without one for a device, which changes only its own orders and positions. */
    static <R> Write<CommandResult<R>> recorded(ApiCall call, Write<CommandResult<R>> write) {
        return call.caller().isDevice()
                ? write
                : entry(call).with(write, result -> result instanceof CommandResult.Done<R>);
    }

    /** Records that an operator's role does not include the route, unless this operator was recorded too often. */
    void refused(Caller caller, ApiRoute route, Map<String, String> parameters, String address) {
        if (!refusals.take(caller.name()).isZero()) {
            leftOut.increment();
            return;
        }
        AuditEntry entry =
                AuditEntry.of(AuditEntry.REFUSED, caller.name(), data(route, parameters, address, "refused"));
        var unused = events.submit(entry.alone()).whenComplete((written, failure) -> {
            if (failure == null) {
                recorded.increment();
            } else {
                leftOut.increment();
                log.warn("a refused attempt could not be recorded", failure);
            }
        });
    }

    private static String data(ApiRoute route, Map<String, String> parameters, String address, String result) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("address", address);
        json.put("method", route.method());
        json.put("route", route.template());
        ObjectNode ids = json.putObject("ids");
        parameters.forEach((name, value) -> ids.put(name, value.substring(0, Math.min(ID_LENGTH_MAX, value.length()))));
        json.put("result", result);
        return json.toString();
    }
}
