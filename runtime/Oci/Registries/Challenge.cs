namespace Tapedeck.Oci.Registries;

/// <summary>
/// One challenge of a <c>WWW-Authenticate</c> header. <see href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"/>
/// </summary>
/// <param name="Scheme">In lower case.</param>
/// <param name="Parameters">Names in lower case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    private const int MostCharacters = 16 << 10;
    private const int MostChallenges = 16;

    internal string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>The challenges of all headers, in order. What is not of the form ends its header.</summary>
    internal static List<Challenge> Parse(IEnumerable<string> headers)
    {
        var challenges = new List<Challenge>();
        foreach (var header in headers.Where(header => header.Length <= MostCharacters))
        {
            var reader = new ChallengeReader(header);
            while (challenges.Count < MostChallenges && reader.Next() is { } challenge)
            {
                challenges.Add(challenge);
            }
        }
        return challenges;
    }
}
