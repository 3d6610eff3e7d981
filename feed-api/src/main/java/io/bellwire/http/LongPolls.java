package io.bellwire.http;

import io.bellwire.feed.FeedReader;
import io.bellwire.registry.Account;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The long polls that are open: limits how many each caller has, and ends those whose client has hung up or whose
 * secret is no longer valid. Thread-safe.
 */
final class LongPolls {
    private final int perCallerMax;
    private final int operatorMax;
    private final Counter refused;
    /** Guarded by this object. */
    private final Map<String, Set<LongPoll>> byCaller = new HashMap<>();

    /**
     * @param perCallerMax long polls of one device or partner at once
     * @param operatorMax those of the operator
     */
    LongPolls(int perCallerMax, int operatorMax, MeterRegistry meters) {
        this.perCallerMax = perCallerMax;
        this.operatorMax = operatorMax;
        this.refused = Counter.builder("bellwire.feed.polls.refused")
                .description("Long polls refused because their caller had too many")
                .register(meters);
    }

    /** One long poll. It is open from its request to its answer, also if it need not wait. */
    static final class LongPoll implements FeedReader.WaitListener {
        private final Caller caller;
        private final CallerConnection connection;
        /** This and the fields below are guarded by this object. */
        private @Nullable Runnable endWait;

        private CallerConnection.@Nullable Watch watch;
        private boolean isEnded;
        private boolean isRevoked;

        private LongPoll(Caller caller, CallerConnection connection) {
            this.caller = caller;
            this.connection = connection;
        }

        @Override
        public void waiting(Runnable end) {
            synchronized (this) {
                if (!isEnded) {
                    endWait = end;
                    watch = connection.onHangUp(end);
                    return;
                }
            }
            end.run();
        }

        private void revoke() {
            Runnable end;
            synchronized (this) {
                isRevoked = true;
                isEnded = true;
                end = endWait;
            }
            if (end != null) {
                end.run();
            }
        }

        private void end() {
            CallerConnection.Watch ended;
            synchronized (this) {
                isEnded = true;
                ended = watch;
            }
            if (ended != null) {
                ended.stop();
            }
        }

        /** Throws 401 if the caller's secret was changed, or its account disabled, since the request. */
        synchronized void requireValid() {
            if (isRevoked) {
                throw new ProblemException(
                        Problem.unauthorized("the secret was changed, or the account disabled, meanwhile"));
            }
        }
    }

    /** Opens a long poll; throws 429 if its caller has too many. */
    LongPoll open(Caller caller, CallerConnection connection) {
        LongPoll poll = new LongPoll(caller, connection);
        int max = caller.isOperator() ? operatorMax : perCallerMax;
        synchronized (this) {
            Set<LongPoll> open = byCaller.computeIfAbsent(caller.name(), name -> new HashSet<>());
            if (open.size() < max) {
                open.add(poll);
                return poll;
            }
        }
        refused.increment();
        throw new ProblemException(Problem.rateLimited(
                caller.name() + " has " + max + " reads that wait, and may have no more", Duration.ofSeconds(1)));
    }

    /** Ends the look-out of a poll that is about to be answered. */
    void close(LongPoll poll) {
        synchronized (this) {
            byCaller.computeIfPresent(poll.caller.name(), (name, open) -> {
                open.remove(poll);
                return open.isEmpty() ? null : open;
            });
        }
        poll.end();
    }

    /** Ends those polls of the account whose secret is not the account's any more. */
    void endRevoked(Account now) {
        List<LongPoll> open;
        synchronized (this) {
            open = List.copyOf(byCaller.getOrDefault(now.id().path(), Set.of()));
        }
        open.stream().filter(poll -> !poll.caller.isStillAllowed(now)).forEach(LongPoll::revoke);
    }

    /** How many polls the caller has. */
    synchronized int of(String caller) {
        return byCaller.getOrDefault(caller, Set.of()).size();
    }
}
