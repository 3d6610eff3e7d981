package io.bellwire.broker;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One packet that is with Moquette. It is over when its answer has been flushed and its command is done, in whichever
 * order the two come; it has failed if the command ends without an answer, which is what a command that threw looks like.
 * Used on the channel's event loop, but for {@link #done}.
 */
final class PendingCommand {
    private final ChannelHandlerContext context;
    private final Function<Object, @Nullable Object> answer;
    private final Consumer<Outcome> over;
    private boolean answered;
    private boolean flushed;
    private boolean done;

    /** @param answer the answer to send, made of the one that Moquette writes; null if that is not the one that says yes */
    PendingCommand(ChannelHandlerContext context, Function<Object, @Nullable Object> answer, Consumer<Outcome> over) {
        this.context = context;
        this.answer = answer;
        this.over = over;
    }

    /** How it ended. */
    enum Outcome {
        ANSWERED,
        /** The command is done, and there was no answer, or not the expected one. */
        UNANSWERED,
        /** The answer could not be sent. */
        UNSENT
    }

    boolean isAnswered() {
        return answered;
    }

    /** Moquette writes; returns false if that is no part of this exchange. */
    boolean write(Object message, ChannelPromise promise) {
        Object ours = answered ? null : answer.apply(message);
        if (ours == null) {
            return false;
        }
        answered = true;
        ChannelFuture sent = context.writeAndFlush(ours);
        sent.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                // Moquette is not told, see Guard.write
                over.accept(Outcome.UNSENT);
                return;
            }
            promise.trySuccess();
            // queued behind the promise's listeners, which may have been put off
            context.executor().execute(() -> {
                flushed = true;
                settle();
            });
        });
        return true;
    }

    /** To be run on the session loop when the command is done. */
    Runnable done() {
        return () -> context.executor().execute(() -> {
            done = true;
            settle();
        });
    }

    private void settle() {
        if (done && !answered) {
            over.accept(Outcome.UNANSWERED);
        } else if (done && flushed) {
            over.accept(Outcome.ANSWERED);
        }
    }
}
