namespace Tapedeck.Oci.Network;

/// <summary>What an exchange is about.</summary>
/// <param name="Origin">Host and port that the installer or the reference named: the registry, a mirror, or the server of a file.</param>
/// <param name="Name">What a person knows it by, for errors.</param>
internal sealed record Place(string Origin, string Name)
{
    /// <summary>Somebody else has the same content and is asked next, so that what failed is not tried again here yet.</summary>
    internal bool HasAnother { get; init; }

    internal int MostTries(PullOptions options) => HasAnother ? 1 : options.MostTries;
}
