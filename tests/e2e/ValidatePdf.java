import java.io.FileInputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;

/** Arguments: a profile (PDFUA-1, PDFA-3A), then files. Prints every failed rule; exits 1 when any file fails. */
public class ValidatePdf {
    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        String resource = "org/verapdf/pdfa/validation/" + args[0] + ".xml";
        ValidationProfile profile =
            Profiles.profileFromXml(ValidatePdf.class.getClassLoader().getResourceAsStream(resource));
        boolean allPass = true;
        for (int i = 1; i < args.length; i++) {
            try (FileInputStream file = new FileInputStream(args[i]);
                 PDFAParser parser = Foundries.defaultInstance().createParser(file, profile.getPDFAFlavour())) {
                ValidationResult result = ValidatorFactory.createValidator(profile, false).validate(parser);
                System.out.println(args[0] + " compliant=" + result.isCompliant() + " rules=" + profile.getRules().size());
                TreeMap<String, Integer> failed = new TreeMap<>();
                for (TestAssertion assertion : result.getTestAssertions()) {
                    if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                        failed.merge(assertion.getRuleId().getClause() + " " + assertion.getMessage(), 1, Integer::sum);
                    }
                }
                failed.forEach((rule, times) -> System.out.println("  " + times + "x " + rule));
                allPass &= result.isCompliant();
            }
        }
        System.exit(allPass ? 0 : 1);
    }
}
