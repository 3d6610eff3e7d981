package io.bellwire.log;

import java.util.Set;

/**
 * The write that refuses: for a request that cannot be done now but may have been done before. {@link
 * IdempotentCommand} looks at its key first, and so gives a repetition the first answer.
 */
public record RefuseWrite<R>(R why) implements Write<CommandResult<R>> {
    private static final int BYTES = 64;

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<R> decide(WriteBatch batch) {
        return new CommandResult.Refused<>(why);
    }
}
