namespace Tapedeck.Oci.Signatures;

/// <summary>
/// A trusted clock that runs before ours. A few minutes are the clocks' own difference: a component may be pulled the moment it was signed. More
/// means that one of the two clocks is wrong.
/// </summary>
internal static class SignedInFuture
{
    private static readonly TimeSpan Difference = TimeSpan.FromMinutes(5);

    internal static bool Is(DateTimeOffset at, DateTimeOffset now) => at - now > Difference;

    internal static Refusal Refuse(DateTimeOffset at) =>
        new(RefusalReason.NoTrustedTime, $"it was signed at {at:u}, which is yet to come; if that is wrong, set this machine's clock");
}
