using Tapedeck.Oci.Signatures;

namespace Tapedeck.Oci.Tests.Signatures;

internal static class Rules
{
    /// <summary>A prefix that is known to be one.</summary>
    internal static RepositoryPrefix Prefix(string text) => RepositoryPrefix.Read(text, out var problem) ?? throw new FormatException(problem);
}
