package io.bellwire.command;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;

/**
 * The write that refuses: for a request that cannot be done now but may have been done before. {@link
 * IdempotentCommand} looks at its key first, and so gives a repetition the first answer.
 */
public record RefuseWrite<R>(R why) implements Write<CommandResult<R>> {
    private static final int BYTES = 64;

    /** Nothing. */
    @Override
    public void declareNeeds(BatchNeeds needs) {}

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<R> decide(WriteBatch batch) {
        return new CommandResult.Refused<>(why);
    }
}
