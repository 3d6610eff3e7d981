package io.bellwire;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That no chain of calls, through this module's own code, leads from a method to a forbidden access. A call of an abstract
 * or overridden method counts as one of each of its implementations. A lambda belongs to the method that it stands in,
 * whichever thread runs it.
 */
final class NotReach extends ArchCondition<JavaCodeUnit> {
    private final DescribedPredicate<JavaAccess<?>> forbidden;

    NotReach(DescribedPredicate<JavaAccess<?>> forbidden) {
        super("not reach " + forbidden.getDescription());
        this.forbidden = forbidden;
    }

    @Override
    public void check(JavaCodeUnit start, ConditionEvents events) {
        Map<JavaCodeUnit, @Nullable JavaCodeUnit> calledBy = new HashMap<>();
        calledBy.put(start, null);
        Deque<JavaCodeUnit> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            JavaCodeUnit caller = open.remove();
            for (JavaAccess<?> access : caller.getAccessesFromSelf()) {
                if (forbidden.test(access)) {
                    events.add(SimpleConditionEvent.violated(start, way(caller, calledBy) + access.getDescription()));
                }
            }
            called(caller).filter(callee -> !calledBy.containsKey(callee)).forEach(callee -> {
                calledBy.put(callee, caller);
                open.add(callee);
            });
        }
    }

    private static String way(JavaCodeUnit last, Map<JavaCodeUnit, @Nullable JavaCodeUnit> calledBy) {
        List<String> way = new ArrayList<>();
        for (JavaCodeUnit unit = last; unit != null; unit = calledBy.get(unit)) {
            way.add(0, unit.getFullName());
        }
        return String.join(" -> ", way) + ": ";
    }

    private static Stream<JavaCodeUnit> called(JavaCodeUnit caller) {
        return Stream.of(
                        caller.getCallsFromSelf().stream(),
                        caller.getMethodReferencesFromSelf().stream(),
                        caller.getConstructorReferencesFromSelf().stream())
                .flatMap(accesses -> accesses)
                .flatMap(access -> implementations((CodeUnitAccessTarget) access.getTarget()));
    }

    private static Stream<JavaCodeUnit> implementations(CodeUnitAccessTarget target) {
        if (!target.getOwner().getPackageName().startsWith("io.bellwire")) {
            return Stream.empty(); // who implements java.util.function.Function says nothing
        }
        Stream<? extends JavaCodeUnit> overriding = target.getOwner().getAllSubclasses().stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getName().equals(target.getName())
                        && names(method.getRawParameterTypes()).equals(names(target.getRawParameterTypes())));
        return Stream.concat(target.resolveMember().stream(), overriding);
    }

    private static List<String> names(List<JavaClass> types) {
        return types.stream().map(JavaClass::getName).toList();
    }
}
