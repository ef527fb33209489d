namespace Tapedeck.Oci.Versions;

/// <summary>A version in a range, where parts may be left out or be <c>*</c> or <c>x</c>: <c>1</c>, <c>1.2</c>, <c>1.x</c>, <c>1.2.3-rc.1</c>.</summary>
/// <param name="Given">How many of the three numbers there are.</param>
internal sealed record PartialVersion(SemanticVersion Lowest, int Given)
{
    internal static PartialVersion? Parse(string text)
    {
        if (SemanticVersion.TryParse(text, out var whole))
        {
            return new PartialVersion(whole, 3);
        }
        var parts = text.TrimStart('v').Split('.');
        var numbers = new ulong[3];
        var given = 0;
        for (var index = 0; index < parts.Length; index++)
        {
            var open = parts[index] is "*" or "x" or "X";
            if (index > 2 || (!open && (given < index || !SemanticVersion.TryNumber(parts[index], out numbers[index]))))
            {
                return null;
            }
            given += open ? 0 : 1;
        }
        return given == 3 ? null : new PartialVersion(new SemanticVersion(numbers[0], numbers[1], numbers[2], ""), given);
    }

    /// <summary>The lowest version that is above all those meant; null where every version is meant.</summary>
    internal SemanticVersion? End => Given == 3 ? After(Lowest) : Next(Given);

    /// <summary>The lowest version with a higher number at the first <paramref name="numbers"/> places, with its prereleases.</summary>
    internal SemanticVersion? Next(int numbers) => numbers switch
    {
        0 => null,
        1 => new SemanticVersion(Lowest.Major + 1, 0, 0, "0"),
        2 => new SemanticVersion(Lowest.Major, Lowest.Minor + 1, 0, "0"),
        _ => new SemanticVersion(Lowest.Major, Lowest.Minor, Lowest.Patch + 1, "0"),
    };

    /// <summary>The version right behind, in precedence: of a prerelease the one with one more part, of a release the next patch's first prerelease.</summary>
    private static SemanticVersion After(SemanticVersion version) =>
        version.Prerelease.Length > 0 ? version with { Prerelease = $"{version.Prerelease}.0" } : version with { Patch = version.Patch + 1, Prerelease = "0" };
}
