package dev.cobnut.doctor;

import dev.cobnut.testing.DocSection;
import org.junit.jupiter.api.Test;

class RuleTableDocTest {

    @Test
    void tableOfRulesIsTheProgramsOwn() {
        DocSection.check("docs/operating/doctor.md", "rules", RuleTable.markdown());
    }
}
