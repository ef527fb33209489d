using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.Architecture.Tests;

/// <summary>A clone on another machine means the same: no file names a place that only one machine has.</summary>
public sealed partial class TrackedFileTests
{
    [Fact]
    public void No_file_names_a_folder_of_one_machine() => Assert.Empty(TextFiles.Where(file => Place().IsMatch(Repository.Read(file))));

    [Fact]
    public void No_file_names_the_host_of_a_package_registry() =>
        Assert.Empty(TextFiles.Where(file => RegistryHost().IsMatch(Repository.Read(file))));

    [Fact]
    public void No_lock_file_holds_an_address() =>
        Assert.Empty(TextFiles
            .Where(file => file.EndsWith("lock.json", StringComparison.Ordinal))
            .Where(file => Repository.Read(file).Contains("://", StringComparison.Ordinal)));

    private static IEnumerable<string> TextFiles => Repository.Files.Where(Repository.IsText);

    // One letter of each name stands in brackets, so that this file does not name what it forbids.
    [GeneratedRegex(@"(?<![\w.])/(wor[k]|tm[p]|hom[e]|User[s])/\w")]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(api\.nuge[t]\.org|registry\.npmj[s]\.org|registry\.yarnpk[g]\.com|deb\.debia[n]\.org)\b")]
    private static partial Regex RegistryHost();
}
