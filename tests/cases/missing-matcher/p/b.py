class A:
    def policy(self, resource):
        return True
