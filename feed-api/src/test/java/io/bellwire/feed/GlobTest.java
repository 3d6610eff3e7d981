package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "order, order, true",
        "order, orders, false",
        "*, '', true",
        "*, anything, true",
        "lab-*, lab-, true",
        "lab-*, lab, false",
        "*/feed, /v1/feed, true",
        "a*b*c, abc, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, ac, false",
        "a*a, a, false",
        "a**b, ab, true",
        "a.c, abc, false",
        "'*ab*ab', ab, false",
        "'*ab*ab', abab, true"
    })
    void starMatchesAnythingAndAllElseMatchesItself(String glob, String subject, boolean expected) {
        assertEquals(expected, new Glob(glob).matches(subject));
    }

    @Test
    void matchingTakesLinearTime() {
        assertTrue(!new Glob("*a".repeat(500) + "b").matches("a".repeat(1_024)));
    }
}
