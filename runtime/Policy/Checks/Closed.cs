using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>What no policy has a field for: arguments and standard streams of the host, and servers.</summary>
internal static class Closed
{
    internal static readonly NamedCheck[] Checks = [new("can it be granted at all?", NothingGrantsIt)];

    private static Finding? NothingGrantsIt(in HostRequest request, Grants grants) => Finding.Never($"nothing can grant {request}");
}
