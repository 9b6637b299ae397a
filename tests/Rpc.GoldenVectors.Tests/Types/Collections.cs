namespace Rpc.GoldenVectors.Tests.Types;

// RpcPayloadLayout.Collection: written as a plain collection
[RpcPayload(RpcPayloadLayout.Collection)]
public class MyList : List<int> { }

// RpcPayloadLayout.Collection (dictionary): written as a plain dictionary
[RpcPayload(RpcPayloadLayout.Collection)]
public class MyDict : Dictionary<string, int> { }

// RpcPayloadLayout.Collection (set): written as a plain collection
[RpcPayload(RpcPayloadLayout.Collection)]
public class MySet : HashSet<string> { }
