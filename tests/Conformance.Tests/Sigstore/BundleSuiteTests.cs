using Tapedeck.Conformance.Sigstore;
using Xunit;
using Xunit.Abstractions;

namespace Tapedeck.Conformance.Tests.Sigstore;

/// <summary>
/// The suite's own bundles, where CONFORMANCE_DIR has them. The suite says only that a bundle is to be refused; here stands why, since a verifier
/// that refuses everything passes most of it.
/// </summary>
public sealed class BundleSuiteTests(ITestOutputHelper output)
{
    private const string NotRun = "SIGSTORE'S BUNDLES WERE NOT READ: set CONFORMANCE_DIR to the folder that holds sigstore-bundles.tgz.";

    private static readonly Dictionary<string, string> Reasons = new()
    {
    };

    private static readonly Archive? Data = Find();

    public static TheoryData<string> Folders => [.. Data is null ? [""] : BundleSuite.Folders(Data)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_bundle_is_accepted_or_refused_for_its_own_reason(string folder)
    {
        if (Data is null)
        {
            output.WriteLine(NotRun);
            return;
        }
        var refusal = new BundleCase(Data, folder).Judge();
        output.WriteLine(refusal?.Message ?? "accepted");
        Assert.Equal(Reasons.GetValueOrDefault(folder.Split('/')[^1]), refusal?.Reason.ToString());
    }

    private static Archive? Find()
    {
        var folder = Environment.GetEnvironmentVariable("CONFORMANCE_DIR");
        return string.IsNullOrEmpty(folder) ? null
            : new[] { "sigstore-bundles", "sigstore-bundles.tgz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists) is { } path
                ? Archive.Open(path)
            : null;
    }
}
