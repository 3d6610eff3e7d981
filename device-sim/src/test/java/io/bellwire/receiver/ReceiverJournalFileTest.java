package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.cursor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was appended is loaded again, whatever a crash has left behind it. */
class ReceiverJournalFileTest {
    private static final AppliedWork CALL = new AppliedWork(
            "k3v9x2m4qd-1", List.of(new AppliedChange(CallFixture.FEED, cursor(1), "order-1", 1)), null);
    private static final AppliedWork PAGE = new AppliedWork("", List.of(), cursor(2));

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("acme.jsonl");
    }

    private List<AppliedWork> load() throws IOException {
        try (ReceiverJournalFile journal = ReceiverJournalFile.open(file())) {
            return journal.load();
        }
    }

    private void append(AppliedWork... works) throws IOException {
        try (ReceiverJournalFile journal = ReceiverJournalFile.open(file())) {
            for (AppliedWork work : works) {
                journal.append(work);
            }
        }
    }

    @Test
    void whatWasAppendedIsLoaded() throws IOException {
        append(CALL);
        append(PAGE);

        assertEquals(List.of(CALL, PAGE), load());
    }

    @Test
    void halfALineAtTheEndIsDropped() throws IOException {
        append(CALL, PAGE);
        String whole = Files.readString(file());
        int second = whole.indexOf('\n') + 1;
        for (int length = second; length < whole.length(); length++) {
            Files.writeString(file(), whole.substring(0, length));

            assertEquals(List.of(CALL), load());
        }
        Files.writeString(file(), whole.substring(0, second + 5));
        append(PAGE);
        assertEquals(List.of(CALL, PAGE), load());
    }

    @Test
    void lineThatIsWrongInTheMiddleIsAnError() throws IOException {
        append(CALL, PAGE);
        Files.writeString(file(), "nonsense\n", StandardOpenOption.APPEND);

        IOException wrong = assertThrows(IOException.class, this::load);
        assertTrue(String.valueOf(wrong.getMessage()).contains("line 3"), wrong::getMessage);
    }

    @Test
    void twoReceiversCannotShareAFile() throws IOException {
        try (ReceiverJournalFile used = ReceiverJournalFile.open(file())) {
            used.append(CALL);
            IOException refused = assertThrows(IOException.class, this::load);
            assertTrue(String.valueOf(refused.getMessage()).contains("another receiver"), refused::getMessage);
        }
        assertEquals(List.of(CALL), load());
    }
}
