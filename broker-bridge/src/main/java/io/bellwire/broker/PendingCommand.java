package io.bellwire.broker;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command that Moquette is processing. It ends when its answer was flushed and the command is done, in either
 * order. A command that is done without an answer has failed, for example because it has thrown. Used only on the
 * channel's event loop, except {@link #commandDone}.
 */
final class PendingCommand {
    private final ChannelHandlerContext context;
    private final Function<Object, @Nullable Object> answer;
    private final Consumer<Outcome> onEnd;
    private boolean answered;
    private boolean flushed;
    private boolean done;

    /**
     * @param answer makes the packet to send from the one that Moquette writes; null if that is not the positive
     *     answer
     * @param onEnd called once with the outcome
     */
    PendingCommand(ChannelHandlerContext context, Function<Object, @Nullable Object> answer, Consumer<Outcome> onEnd) {
        this.context = context;
        this.answer = answer;
        this.onEnd = onEnd;
    }

    /** How the command ended. */
    enum Outcome {
        ANSWERED,
        /** The command is done, and Moquette has written no answer, or not the expected one. */
        UNANSWERED,
        /** The answer could not be sent. */
        UNSENT
    }

    boolean isAnswered() {
        return answered;
    }

    /** Sends the answer if this write of Moquette's is the one; returns false if it is not. */
    boolean sendIfAnswer(Object message, ChannelPromise promise) {
        Object replacement = answered ? null : answer.apply(message);
        if (replacement == null) {
            return false;
        }
        answered = true;
        ChannelFuture sent = context.writeAndFlush(replacement);
        sent.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                // the promise is not failed, see ConnectionGuard.write
                onEnd.accept(Outcome.UNSENT);
                return;
            }
            promise.trySuccess();
            // runs after the promise's listeners, which Netty may have deferred
            context.executor().execute(() -> {
                flushed = true;
                endIfComplete();
            });
        });
        return true;
    }

    /** Returns the task to run on the session loop when the command is done. */
    Runnable commandDone() {
        return () -> context.executor().execute(() -> {
            done = true;
            endIfComplete();
        });
    }

    private void endIfComplete() {
        if (done && !answered) {
            onEnd.accept(Outcome.UNANSWERED);
        } else if (done && flushed) {
            onEnd.accept(Outcome.ANSWERED);
        }
    }
}
