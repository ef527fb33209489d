using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>Looks at a request from one side. Null is no opinion, and the next check is asked.</summary>
internal delegate Finding? Check(in HostRequest request, Grants grants);
