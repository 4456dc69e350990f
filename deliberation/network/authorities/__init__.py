"""The communes, intercommunalities and regions of the network; each one is a tenant."""
